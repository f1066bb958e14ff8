"""What a new panel's form is filled in with; officials change it as they like."""

from core.text import Localized

CONSENT = Localized(
    fi=(
        "Kunta tallentaa sen, mitä kerrot tällä lomakkeella: taustatietosi,"
        " yhteystietosi ja tarpeesi. Käytämme tietoja paneelin arpomiseen ja"
        " yhteydenpitoon sinuun, emme muuhun. Arvonta julkaistaan ilman nimiä.\n\n"
        "Mukaan lähteminen on vapaaehtoista. Voit perua ilmoittautumisesi milloin"
        " vain kertomatta syytä. Silloin poistamme kaiken, mitä olet kertonut."
    ),
    sv=(
        "Kommunen sparar det du uppger här: din bakgrund, dina kontaktuppgifter och"
        " dina behov. Vi använder uppgifterna för att lotta panelen och för att"
        " kontakta dig, inte till något annat. Lottningen publiceras utan namn.\n\n"
        "Det är frivilligt att delta. Du kan ta tillbaka din anmälan när som helst"
        " utan att säga varför. Då raderar vi allt du har uppgett."
    ),
    en=(
        "The town stores what you tell us here: your background, how to reach you, and"
        " what you need. We use it to draw the panel and to contact you, and for"
        " nothing else. The draw is published without names.\n\n"
        "Taking part is voluntary. You can withdraw at any time without saying why."
        " Then we erase everything that you have told us."
    ),
)

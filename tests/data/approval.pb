META
key;value
description;Invented round of Lehtoranta, approvals
country;Finland
unit;Lehtoranta
instance;2027
num_projects;5
num_votes;8
budget;100000
vote_type;approval
rule;greedy
date_begin;01.03.2027
date_end;15.03.2027
max_length;3
language;fi
currency;EUR
house_key;kept
PROJECTS
project_id;cost;votes;name;category;selected;house_column
bench;12000.50;5;Benches by the river;parks;1;x
swing;30000;4;A swing for grown-ups;play,parks;1;
ice;58000;4;"An ice rink; with lights";sport;0;y
lamp;57999.50;3;Lamps for the path;safety;1;
bus/7;90000;1;A "quiet" bus stop;transit;0;
VOTES
voter_id;vote;age;sex;voting_method
1;bench,swing;34;F;internet
2;bench,ice;40-59;M;internet
3;bench,swing,lamp;71;F;paper
4;bench,swing,ice;22;O;internet
5;ice,lamp;18;F;internet
6;swing,bus/7;44;M;paper
7;bench,lamp;;F;internet
8;ice;65;M;internet

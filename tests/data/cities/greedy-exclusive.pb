META
key;value
description;Invented round of Lehtoranta, decided by greedy-exclusive
country;Finland
unit;Lehtoranta
instance;2027
num_projects;6
num_votes;11
budget;100
vote_type;approval
rule;greedy-exclusive
date_begin;2027
date_end;2027
PROJECTS
project_id;cost;votes;name;selected
ford;10;5;A ford of stones;1
gate;10;1;A gate for the orchard;1
hall;50;3;Heat for the youth hall;0
isle;30;2;A bridge to the isle;0
jetty;50;6;A jetty by the inn;1
kiln;50;4;A kiln for potters;0
VOTES
voter_id;vote
1;kiln
2;jetty
3;ford,jetty
4;gate,kiln
5;ford,hall,jetty
6;hall,isle
7;ford,isle,jetty
8;ford,jetty
9;ford,jetty,kiln
10;kiln
11;hall

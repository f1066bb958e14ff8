META
key;value
description;Invented round of Lehtoranta, decided by equalshares/add1-comparison
country;Finland
unit;Lehtoranta
instance;2027
num_projects;6
num_votes;13
budget;100
vote_type;approval
rule;equalshares/add1-comparison
date_begin;2027
date_end;2027
PROJECTS
project_id;cost;votes;name;selected
arbour;20;4;An arbour of willow;1
bench;15;5;A bench for two;0
cellar;10;5;A cellar for potatoes;1
dock;50;7;A dock for rowing boats;1
easel;10;3;Easels by the lake;1
forge;50;6;A forge to share;0
VOTES
voter_id;vote
1;arbour,bench,dock
2;easel,forge
3;cellar,dock
4;dock
5;arbour,cellar,forge
6;arbour,bench,forge
7;bench
8;bench,cellar,dock
9;bench,dock,forge
10;cellar,dock,easel
11;dock,forge
12;cellar,easel
13;arbour,forge

META
key;value
description;Invented round of Lehtoranta, two areas
country;Finland
unit;Lehtoranta
instance;2027
num_projects;4
num_votes;5
budget;100
vote_type;approval
rule;greedy
date_begin;2027
date_end;2027
neighborhoods;North,South
budget_per_neighborhood;50,50
PROJECTS
project_id;cost;votes;name;neighborhood
n1;30;4;North one;North
n2;30;3;North two;North
s1;40;2;South one;South
s2;10;1;South two;South
VOTES
voter_id;vote
1;n1,n2
2;n1,n2
3;n1,n2,s1
4;n1,s1
5;s2

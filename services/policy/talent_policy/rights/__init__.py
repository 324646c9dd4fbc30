"""A talent's rights over their data (个人信息权利): to see, take, correct, erase it."""

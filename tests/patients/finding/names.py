"""Forty people, and how somebody at a desk types whom they look for."""

# ruff: noqa: RUF001 - letters that look alike are what this is about

# name, birth date, phone, record number: ways in which this person, and nobody else of these, is found.
PEOPLE = {
    ("María José Núñez Peña", "1971-05-04", "555-0101", "N-1001"): [
        "maria jose nunez pena", "Nuñez Peña, María José", "NUÑEZ", "pena maria", "Núnez",
        "5/4/1971", "4.5.1971", "n1001", "N 1001", "5550101",
    ],
    ("Seán O’Brien", "1964-12-30", "+1 (212) 555-0102", "N-1002"): [
        "obrien", "O'Brien", "o brien", "O‘Brien, Sean", "Brien", "sean obrian", "212 555 0102",
        "12125550102", "30 Dec 1964",
    ],
    ("Ｙｕｋｉ　Ｔａｎａｋａ", "1990-02-28", "", "Ｎ-１００３"): [
        "yuki tanaka", "Tanaka, Yuki", "ＴＡＮＡＫＡ", "tanakka", "n1003", "1990-02-28",
    ],
    ("Łukasz Wiśniewski", "1982-07-19", "+48 601 002 003", "N-1004"): [
        "lukasz", "wisniewski", "Wisniewsky", "WIŚNIEWSKI ŁUKASZ", "601002003", "0048601002003",
    ],
    ("Björn Åkesson", "1959-11-02", "", "N-1005"): ["bjorn akesson", "Åkesson", "Akeson", "bjron"],
    ("Jürgen Groß", "1948-03-15", "0171 1234567", "N-1006"): [
        "jurgen gross", "GROSS", "Groß, Jürgen", "juergen", "+49 171 1234567", "01711234567",
    ],
    ("Søren Ærø", "1975-08-08", "", "N-1007"): ["soren aero", "Ærø", "sören"],
    ("Anne-Marie Lefèvre", "1988-06-21", "", "N-1008"): [
        "annemarie", "anne marie lefevre", "Lefèvre Anne-Marie", "Lefevere", "lefvere",
    ],
    ("Renée D’Angelo", "1993-01-17", "", "N-1009"): ["dangelo", "d'angelo", "Renee", "Angelo"],
    ("Juan de la Cruz", "1967-09-09", "", "N-1010"): ["delacruz", "de la cruz", "Cruz, Juan de la"],
    ("Willem van den Berg", "1951-10-10", "", "N-1011"): ["vandenberg", "van den berg", "Wilem"],
    ("Ángel Gómez García", "1979-04-30", "", "N-1012"): [
        "angel gomez garcia", "Gomez-Garcia", "garcia gomez", "Gómes García",
    ],
    ("Rosa Gonzales", "1985-02-02", "", "N-1013"): ["gonzales", "Rosa Gonzalez", "gonsales"],
    ("İpek Işık", "1996-05-25", "", "N-1014"): ["ipek isik", "IŞIK", "işık"],
    ("Dvořák Jiří", "1954-09-08", "", "N-1015"): ["jiri dvorak", "Dvorak", "dovrak"],
    ("Nguyễn Thị Hoa", "1983-03-03", "", "N-1016"): ["nguyen thi hoa", "Nguyen", "ngyuen"],
    ("Þóra Guðmundsdóttir", "1970-06-17", "", "N-1017"): ["thora", "gudmundsdottir", "guðmundsdotir"],
    ("François L’Écuyer", "1962-07-14", "", "N-1018"): ["lecuyer", "l'ecuyer", "francois", "fransois"],
    ("Ćiro Đorđević", "1991-12-12", "", "N-1019"): ["ciro", "djordevic", "Dordevic", "ĐORĐEVIĆ"],
    ("Γιώργος Παπαδάκης", "1957-02-11", "", "N-1020"): ["γιωργος", "ΠΑΠΑΔΑΚΗΣ", "Παπαδακης Γιώργος"],
    ("Юлия Ёлкина", "1986-10-01", "", "N-1021"): ["елкина", "ЁЛКИНА", "юлия", "ёлкин"],
    ("王小明", "1994-04-04", "", "N-1022"): ["王小明", "小明", "王"],
    ("김민수", "1989-09-19", "", "N-1023"): ["김민수", "민수"],
    ("محمد علي", "1977-07-07", "", "N-1024"): ["محمد", "علي"],
    ("Mary-Kate O’Neill", "1981-11-23", "555.0125", "N-1025"): [
        "oneill", "marykate", "O´Neill", "oneil", "Kate ONeill", "555 0125",
    ],
    ("St. John Smythe", "1945-05-08", "", "N-1026"): ["st john", "stjohn", "Smythe", "smyhte"],
    ("Kim Li", "2001-01-31", "", "N-1027"): ["kim li", "li, kim", "1/31/2001", "31.1.01"],
    ("John Smith", "1966-06-06", "", "N-1028"): ["john smith", "Smith, J", "jonh smith", "n-1028"],
    ("Jane Schmidt", "1966-06-07", "", "N-1029"): ["schmidt", "shmidt", "Jane Schmitd"],
    ("Chloë Müller", "1999-12-31", "", "N-1030"): ["chloe muller", "Mueller Chloe", "MÜLLER", "Dec 31 1999"],
    ("Zoë Kravitz-Bonet", "1992-08-18", "", "N-1031"): ["zoe kravitz", "Bonet", "kravitzbonet", "kravits"],
    ("Luís Conceição", "1960-01-06", "", "N-1032"): ["conceicao", "Luis", "Conceiçao, L", "concecao"],
    ("Ştefan Țepeș", "1953-08-29", "", "N-1033"): ["stefan tepes", "ȚEPEȘ", "tepesh"],
    ("Bríd Ní Dhomhnaill", "1968-04-22", "", "N-1034"): ["brid", "ni dhomhnaill", "dhomnaill"],
    ("Mateo Ibáñez y Ruiz", "1974-10-12", "", "N-1035"): ["ibanez ruiz", "Ibáñez y Ruiz, Mateo", "ibanes"],
    ("Ibrahim al-Sayed", "1987-03-30", "", "N-1036"): ["alsayed", "al sayed", "Al-Sayed, I", "sayyed"],
    ("José Ñíguez", "1980-02-29", "", "N-1037"): ["niguez", "Ñiguez", "2/29/1980", "ñigues"],
    ("Ebony Jackson III", "1972-11-11", "(555) 0138", "N-1038"): ["jackson", "ebony iii", "jakson", "0138"],
    ("Ngozi Okonjo-Iweala", "1954-06-13", "", "N-1039"): ["okonjo", "iweala ngozi", "okonjoiweala", "okanjo"],
    ("Dr. Æthelflæd Oxley", "1949-07-25", "", "AB/10.40"): ["aethelflaed", "Oxley", "ab/10.40", "AB / 10.40"],
}  # fmt: skip

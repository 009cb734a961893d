"""What a store in which there is nothing yet says instead of a list."""

WELCOME = (
    "Welcome. There is no mail here yet.",
    "",
    "regarding demo                     look at a sample company",
    "regarding connect you@company.com  read an Exchange mailbox",
    "regarding import PATH...           take in mail, contacts, CSV",
    "",
    "Leave with Ctrl+Q, run one of these, and come back.",
)

"""Everything a person may do in the chat, told as chats."""

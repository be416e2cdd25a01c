"""The wall tried from outside: a county of its own in which every text says whose it is, and every address asked.

``county`` builds it and knows, independently of ``office.scoping``, who may see which row and which word; ``asker``
asks in-process; ``addresses`` fills every address of the resolver; ``matrix`` asks all of it and reads the answers.
"""

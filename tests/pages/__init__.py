"""Every page of the system as each person sees it: found, photographed (``make screenshots``) and checked."""

"""How the store's tables came to be; run by `rl.store.database`."""

package dev.farsight.api.store;

/**
 * Distinguishes the rows of one persistent store from those of every other store. Stays the same
 * however often the store is opened.
 *
 * @param id a random id, drawn when the store was created and kept with its rows
 * @param created whether this opening created the store, so that the store holds no row yet
 * @param place where the rows are, for messages
 * @param generation how often the rows were drawn anew that the store gives now
 */
public record StoreIdentity(String id, boolean created, String place, int generation) {}

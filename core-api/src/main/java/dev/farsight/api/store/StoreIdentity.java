package dev.farsight.api.store;

/**
 * Tells the rows of one persistent store from those of any other, however often it is opened.
 *
 * @param id drawn at random when the store was made, and kept with its rows
 * @param created whether this opening made the store, so that it holds no row yet
 * @param place where the rows are, for messages
 * @param generation how often its rows were drawn anew
 */
public record StoreIdentity(String id, boolean created, String place, int generation) {}

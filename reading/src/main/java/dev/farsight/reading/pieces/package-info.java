/**
 * Sources of records in pieces: what opening a source finds out, and the reading itself, can be
 * divided among processes that share nothing but the files.
 */
package dev.farsight.reading.pieces;

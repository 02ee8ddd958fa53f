package dev.farsight.serving.model;

/**
 * A version that is loaded, as the repository index tells of it.
 *
 * @param number the steps that it was trained
 * @param reason empty if it only stands ready; otherwise that it scores, and what there is to know
 */
public record VersionState(long number, String reason) {}

package dev.farsight.engine.event;

import java.nio.file.Path;

/**
 * A model is on disk, complete.
 *
 * @param path its folder
 * @param step steps that it was trained; 0 for the initial model
 */
public record ModelSaved(Path path, long step) {}

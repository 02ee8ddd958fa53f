package dev.farsight.engine.event;

import dev.farsight.engine.metrics.Quality;
import java.time.Duration;
import java.util.Optional;

/**
 * A model was evaluated on the held-out part of the data.
 *
 * @param step steps that the model was trained
 * @param samples samples evaluated; not all of them if the run was stopped meanwhile
 * @param quality the metrics; empty if the data has no labels
 * @param duration how long it took
 */
public record EvaluationEnded(
    long step, long samples, Optional<Quality> quality, Duration duration) {}

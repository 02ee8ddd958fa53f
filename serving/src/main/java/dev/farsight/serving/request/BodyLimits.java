package dev.farsight.serving.request;

import java.time.Duration;

/**
 * What the bodies of requests may take.
 *
 * @param mostBytes most bytes of one body
 * @param longest most time for a body to arrive
 * @param budget of all bodies together
 */
public record BodyLimits(int mostBytes, Duration longest, BodyBudget budget) {}

package dev.farsight.engine.event;

/**
 * How far a long part of a run has got, such as "saving the model".
 *
 * @param phase the part, in the words of {@link RunListener#phase}
 * @param done units done
 * @param total units of the whole part; 0 if unknown
 * @param unit what is counted, in the plural, such as "rows" or "samples"
 */
public record PhaseProgress(String phase, long done, long total, String unit) {}

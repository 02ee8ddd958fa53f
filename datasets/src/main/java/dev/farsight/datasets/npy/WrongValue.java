package dev.farsight.datasets.npy;

import dev.farsight.api.FarsightException;
import dev.farsight.api.data.Feature;
import dev.farsight.api.internal.Quoted;
import java.util.Locale;

/** The error for a value that cannot be: the file, the row counted from 1, and what is wrong. */
final class WrongValue {

  private WrongValue() {}

  static FarsightException of(NpyArray array, long row, Feature feature, String complaint) {
    return of(array, row, "feature " + Quoted.of(feature.name()) + ": " + complaint);
  }

  static FarsightException of(NpyArray array, long row, String complaint) {
    return new FarsightException(
        String.format(Locale.ROOT, "%s: row %d: %s", array.name(), row + 1, complaint));
  }
}

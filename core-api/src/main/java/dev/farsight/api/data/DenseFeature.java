package dev.farsight.api.data;

import java.util.List;
import java.util.Map;

/**
 * What a dense value of a sample is: models record it for their readers.
 *
 * @param name the name of the column
 * @param transforms what a raw value goes through, in order; each has a {@code type}, and the
 *     figures that it is computed with, as JSON
 */
public record DenseFeature(String name, List<Map<String, Object>> transforms) {

  public DenseFeature {
    transforms = List.copyOf(transforms);
  }
}

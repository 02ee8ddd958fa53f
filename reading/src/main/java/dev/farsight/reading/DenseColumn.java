package dev.farsight.reading;

import java.util.List;

/**
 * A column of numbers.
 *
 * @param name of the field; also for messages
 * @param whole whether only whole numbers are legal
 * @param transforms what a value goes through, in order; none if empty, each at most once
 */
public record DenseColumn(String name, boolean whole, List<Transform> transforms) {

  public DenseColumn {
    transforms = List.copyOf(transforms);
  }

  /** A column whose values stay as they are. */
  public static DenseColumn plain(String name) {
    return new DenseColumn(name, false, List.of());
  }
}

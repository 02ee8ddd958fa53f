package dev.farsight.datasets.text;

import dev.farsight.api.data.DenseFeature;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A column of numbers.
 *
 * @param name for messages
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

  /** Whether mean or deviation is still to be found out from the training part. */
  boolean fits() {
    return unknownStandard() >= 0;
  }

  /** The column up to the transform whose figures are to be found out; itself if all are known. */
  DenseColumn beforeFit() {
    return fits() ? new DenseColumn(name, whole, transforms.subList(0, unknownStandard())) : this;
  }

  /** Whether missing values have no part in what is found out, as they will count as the mean. */
  boolean fitLeavesOutMissing() {
    return unknownStandard() == 0;
  }

  /** The column with what was found out. */
  DenseColumn fitted(Scale found) {
    return new DenseColumn(
        name,
        whole,
        transforms.stream()
            .map(step -> step instanceof Standard standard ? standard.with(found) : step)
            .toList());
  }

  /** The transforms as configurations name them. */
  String steps() {
    return transforms.stream().map(Transform::name).collect(Collectors.joining(", "));
  }

  /** The column as models record it; complete with what was found out. */
  DenseFeature feature() {
    return new DenseFeature(name, transforms.stream().map(Transform::json).toList());
  }

  private int unknownStandard() {
    for (int t = 0; t < transforms.size(); t++) {
      if (transforms.get(t) instanceof Standard standard && standard.unknown()) {
        return t;
      }
    }
    return -1;
  }
}

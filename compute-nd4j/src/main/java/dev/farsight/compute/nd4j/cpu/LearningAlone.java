package dev.farsight.compute.nd4j.cpu;

import java.util.List;

/** One rank: parameters are updated while their gradients are in cache. */
final class LearningAlone implements Learning {

  @Override
  public Dense of(StepParts parts, DenseParameter parameter) {
    var rule = parts.rules().dense();
    return (at, gradient, count, scratch) ->
        parameter.update(rule, at, gradient, 0, count, scratch);
  }

  @Override
  public List<RowUpdates> rows(StepParts parts, Matrix bags, Winners winners) {
    return RowUpdates.of(parts, bags, winners);
  }
}

package dev.farsight.engine.sharding;

import dev.farsight.engine.cache.Sharding.Placement;
import java.util.List;

/** The slowest device of a step, from what each device sends to each other one. */
final class NaiveStep {

  private NaiveStep() {}

  static double slowest(StepModel model, List<TableLoad> tables, List<Placement> placements) {
    double slowest = 0;
    for (int device = 0; device < model.ranks(); device++) {
      slowest = Math.max(slowest, seconds(model, tables, placements, device));
    }
    return slowest;
  }

  private static double seconds(
      StepModel model, List<TableLoad> tables, List<Placement> placements, int device) {
    double out = 0;
    double in = 0;
    double sumsOut = 0;
    double sumsIn = 0;
    double replicated = 0;
    double numbers = 0;
    double touched = 0;
    double moved = 0;
    for (int t = 0; t < tables.size(); t++) {
      TableLoad table = tables.get(t);
      Placement placement = placements.get(t);
      // Of the lookups of a rank, it reads the rows, or whoever adds them up.
      double read = placement.sums() ? owned(model, placement, device) * model.ranks() : 1;
      touched += read * table.rankLookups() * (model.weightBytes() + model.gradientBytes());
      for (int other = 0; other < model.ranks(); other++) {
        if (!placement.sums()) {
          touched += owned(model, placement, device) * table.rankRows() * model.gradientBytes();
        }
        if (other != device && placement.sums()) {
          // Whoever has any rows sends a sum for every bag.
          sumsOut += owned(model, placement, device) > 0 ? table.rankBags() : 0;
          sumsIn += owned(model, placement, other) > 0 ? table.rankBags() : 0;
        } else if (other != device) {
          out += owned(model, placement, device) * table.rankRows();
          in += owned(model, placement, other) * table.rankRows();
          if (placement.equals(Placement.REPLICATED)) {
            replicated += table.rankRows();
          }
        }
      }
      if (placement.equals(Placement.COLUMN)) {
        // Weights and gradients are a part; of what the row has as a whole, all devices have all.
        double bytes =
            model.rowStateBytes()
                + (model.rowBytes() - model.rowStateBytes()) / (double) model.ranks();
        numbers += (model.ranks() - 1) * table.stepRows() * model.rowStateBytes();
        touched += 2 * table.stepRows() * bytes;
        moved += table.missedRows() * bytes;
      } else if (placement.equals(Placement.REPLICATED)) {
        touched += model.ranks() * table.rankRows() * model.gradientBytes();
        touched += 2 * table.stepRows() * model.rowBytes();
      } else {
        touched += 2 * owned(model, placement, device) * table.stepRows() * model.rowBytes();
        moved += owned(model, placement, device) * table.missedRows() * model.rowBytes();
      }
    }
    int sum = model.gradientBytes();
    double forward =
        Math.max(
            out * model.weightBytes() + sumsOut * sum, in * model.weightBytes() + sumsIn * sum);
    double backward = (Math.max(out + sumsOut, in + sumsIn) + replicated) * sum;
    return (forward + backward + numbers) / model.rates().link()
        + touched / model.rates().memory()
        + moved / model.rates().host();
  }

  /** The share of a table that a device has and no other. */
  private static double owned(StepModel model, Placement placement, int device) {
    return switch (placement.kind()) {
      case ROW, COLUMN -> 1. / model.ranks();
      case TABLE -> placement.rank() == device ? 1 : 0;
      case REPLICATED -> 0;
    };
  }
}

package dev.farsight.engine.run;

import dev.farsight.api.compute.DenseState;
import java.util.List;

/** The dense parameters of several ranks, which are always equal: reads one, writes all. */
public final class EqualDense implements DenseState {

  private final List<DenseState> ranks;

  private EqualDense(List<DenseState> ranks) {
    this.ranks = ranks;
  }

  /**
   * @param ranks at least one
   */
  public static DenseState of(List<DenseState> ranks) {
    return ranks.size() == 1 ? ranks.get(0) : new EqualDense(ranks);
  }

  @Override
  public List<Parameter> parameters() {
    return ranks.get(0).parameters();
  }

  @Override
  public void read(int parameter, float[] target) {
    ranks.get(0).read(parameter, target);
  }

  @Override
  public void write(int parameter, float[] source) {
    ranks.forEach(rank -> rank.write(parameter, source));
  }
}

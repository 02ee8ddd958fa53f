package dev.farsight.compute.nd4j.cpu;

import dev.farsight.api.compute.StepInput;
import java.util.ArrayList;
import java.util.List;

/**
 * Lays the gradients of a feature's bags where they are sent to an owner of rows. Not an update by
 * itself: {@link OwnedRowUpdates} follow.
 */
final class SentBagGradients implements Update {

  private final int feature;
  private final int place;
  private final BagTraffic traffic;
  private final Matrix bags;
  private final float[][] gradients;

  private SentBagGradients(
      int feature, int place, BagTraffic traffic, Matrix bags, float[][] gradients) {
    this.feature = feature;
    this.place = place;
    this.traffic = traffic;
    this.bags = bags;
    this.gradients = gradients;
  }

  /**
   * Those of all features that exchange sums, for each owner.
   *
   * @param bags gradients of bags, [samples][features][dim]
   */
  static List<SentBagGradients> of(StepParts parts, Matrix bags) {
    var all = new ArrayList<SentBagGradients>();
    BagTraffic traffic = parts.bags();
    float[][] gradients = parts.arrays(parts.spec().format().dim());
    for (int f = 0; traffic != null && f < parts.spec().schema().features().size(); f++) {
      for (int owner : traffic.owners(f)) {
        all.add(new SentBagGradients(f, traffic.place(owner, f), traffic, bags, gradients));
      }
    }
    return all;
  }

  @Override
  public void run(StepInput input, Scratch scratch) {
    float[] gradient = gradients[scratch.worker()];
    int samples = input.batch().samples();
    for (int s = 0; s < samples; s++) {
      bags.floats().get(bags.at(s) + feature * gradient.length, gradient, 0, gradient.length);
      traffic.putGradient(place, s, gradient);
    }
  }

  @Override
  public long cost() {
    return gradients[0].length;
  }
}

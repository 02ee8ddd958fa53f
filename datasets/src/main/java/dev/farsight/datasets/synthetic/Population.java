package dev.farsight.datasets.synthetic;

import dev.farsight.api.data.Batch;

/**
 * All samples there could be for one seed: sample n is a pure function of (settings, seed, n).
 * Immutable; each thread draws through a {@link Sampler} of its own.
 */
final class Population {

  /** Samples that the bias is fitted on; the click rate is met to within about 0.2 percent. */
  private static final int CALIBRATION = 1 << 14;

  private static final int HALVINGS = 50;
  private static final double WIDEST_BIAS = 100;

  private final SyntheticSpec spec;
  private final long samplesKey;
  private final PowerLaw[] laws;
  private final DenseLaw denseLaw;
  private final PlantedModel model;
  private final double bias;

  Population(SyntheticSpec spec) {
    this.spec = spec;
    this.samplesKey = Draws.key(spec.seed(), Draws.SAMPLES);
    this.laws = Features.laws(spec.tables(), spec.zipf());
    this.denseLaw = new DenseLaw(spec.missing());
    this.model = new PlantedModel(spec, laws, denseLaw);
    this.bias = fitBias();
  }

  PlantedModel model() {
    return model;
  }

  Features features() {
    return new Features(laws, spec.bags(), denseLaw, spec.denseWidth());
  }

  /** How many lookups a sample has in a table. */
  int bagSize(long sample, int table) {
    return spec.bags().get(table).size(Draws.key(samplesKey, sample), table);
  }

  Sampler sampler() {
    return new Sampler();
  }

  private double fitBias() {
    Features features = features();
    long key = Draws.key(spec.seed(), Draws.CALIBRATION);
    var scores = new double[CALIBRATION];
    for (int s = 0; s < CALIBRATION; s++) {
      features.draw(Draws.key(key, s));
      scores[s] = model.score(features);
    }
    double low = -WIDEST_BIAS;
    double high = WIDEST_BIAS;
    for (int i = 0; i < HALVINGS; i++) {
      double middle = (low + high) / 2;
      double clicks = 0;
      for (double score : scores) {
        clicks += sigmoid(middle + score);
      }
      if (clicks < spec.clickRate() * CALIBRATION) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return (low + high) / 2;
  }

  private static double sigmoid(double logit) {
    return 1 / (1 + StrictMath.exp(-logit));
  }

  /** Draws samples, one at a time, and holds the last one drawn. Not thread-safe. */
  final class Sampler {

    private final Features features = features();
    private double truth;
    private int label;

    void draw(long sample) {
      long sampleKey = Draws.key(samplesKey, sample);
      features.draw(sampleKey);
      truth = sigmoid(bias + model.score(features));
      label = Draws.unit(Draws.bits(sampleKey, Draws.LABEL)) < truth ? 1 : 0;
    }

    /**
     * Draws the samples from {@code first} on into positions [from, to) of a batch, whose offsets
     * are filled.
     */
    void fill(Batch batch, int from, int to, long first) {
      for (int at = from; at < to; at++) {
        draw(first + at - from);
        batch.labels().put(at, label);
        batch.truth().put(at, (float) truth);
        for (int d = 0; d < features.dense.length; d++) {
          batch.dense().put(at * features.dense.length + d, features.dense[d]);
        }
        for (int t = 0; t < features.sizes.length; t++) {
          int[] offsets = batch.offsets(t);
          if (offsets == null) {
            batch.indices(t)[at] = features.indices[features.starts[t]];
          } else {
            System.arraycopy(
                features.indices,
                features.starts[t],
                batch.indices(t),
                offsets[at],
                features.sizes[t]);
          }
        }
      }
    }

    Features drawn() {
      return features;
    }

    int label() {
      return label;
    }
  }
}

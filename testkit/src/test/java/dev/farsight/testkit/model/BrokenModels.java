package dev.farsight.testkit.model;

import dev.farsight.api.model.Model;
import dev.farsight.api.model.ModelContext;
import dev.farsight.api.model.Op.Activation;
import dev.farsight.api.model.Tape;
import dev.farsight.api.model.Tensor;

/** Models with one planted bug each. */
final class BrokenModels {

  private BrokenModels() {}

  static class EndsInTwoValues extends SmallFactory {

    @Override
    Tensor logits(Tape tape, int width, boolean dense) {
      return tape.linear("top", inputs(tape, dense), 2, Activation.NONE);
    }
  }

  static class NeedsDenseFeatures extends SmallFactory {

    @Override
    Tensor inputs(Tape tape, boolean dense) {
      Tensor bottom = tape.linear("bottom", tape.dense(), 3, Activation.TANH);
      return tape.concat(tape.embeddingBag(), bottom);
    }
  }

  static class NamesTwoLayersAlike extends SmallFactory {

    @Override
    Tensor logits(Tape tape, int width, boolean dense) {
      Tensor x = tape.linear("top", inputs(tape, dense), width, Activation.TANH);
      return tape.linear("top", x, 1, Activation.NONE);
    }
  }

  static class NamesLayersByACounter extends SmallFactory {

    private int layers;

    @Override
    Tensor logits(Tape tape, int width, boolean dense) {
      return tape.linear("layer." + layers++, inputs(tape, dense), 1, Activation.NONE);
    }
  }

  static class GrowsWithEachModel extends SmallFactory {

    private int models;

    @Override
    public Model create(ModelContext context) {
      models++;
      return super.create(context);
    }

    @Override
    int width(ModelContext context) {
      return super.width(context) + models;
    }
  }

  static class TakesAnySetting extends SmallFactory {

    @Override
    int width(ModelContext context) {
      return Math.max(1, context.own().config().getInt("width"));
    }
  }

  static class LetsTheTapeComplain extends SmallFactory {

    @Override
    int width(ModelContext context) {
      return context.own().config().getInt("width");
    }
  }

  static class ReadsNoRows extends SmallFactory {

    @Override
    Tensor inputs(Tape tape, boolean dense) {
      Tensor rows = tape.embeddingBag();
      return dense ? tape.dense() : rows;
    }
  }

  static class LeavesALayerUnused extends SmallFactory {

    @Override
    Tensor logits(Tape tape, int width, boolean dense) {
      Tensor inputs = inputs(tape, dense);
      tape.linear("unused", inputs, width, Activation.TANH);
      return tape.linear("top", inputs, 1, Activation.NONE);
    }
  }

  /** What is normalised over one value is a constant. */
  static class SaysTheSameOfAll extends SmallFactory {

    @Override
    Tensor logits(Tape tape, int width, boolean dense) {
      return tape.layerNorm("norm", super.logits(tape, width, dense), 1e-5f);
    }
  }
}

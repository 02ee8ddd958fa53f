package dev.farsight.testkit.model;

import dev.farsight.api.model.Model;
import dev.farsight.api.model.ModelContext;
import dev.farsight.api.model.ModelFactory;
import dev.farsight.api.model.Op.Activation;
import dev.farsight.api.model.Tape;
import dev.farsight.api.model.Tensor;

/**
 * A right model, for subclasses to spoil: a layer over rows and dense features of {@code width}
 * values, and a last one.
 */
class SmallFactory implements ModelFactory {

  @Override
  public String name() {
    return "small";
  }

  @Override
  public Model create(ModelContext context) {
    int width = width(context);
    boolean dense = context.schema().denseWidth() > 0;
    return tape -> logits(tape, width, dense);
  }

  int width(ModelContext context) {
    return context.own().integer("width", 1, 100);
  }

  Tensor logits(Tape tape, int width, boolean dense) {
    Tensor hidden = tape.linear("hidden", inputs(tape, dense), width, Activation.TANH);
    return tape.linear("top", hidden, 1, Activation.NONE);
  }

  Tensor inputs(Tape tape, boolean dense) {
    Tensor rows = tape.embeddingBag();
    return dense ? tape.concat(rows, tape.dense()) : rows;
  }
}

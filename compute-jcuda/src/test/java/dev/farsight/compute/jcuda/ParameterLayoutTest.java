package dev.farsight.compute.jcuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.compute.DenseState;
import dev.farsight.api.model.Op;
import dev.farsight.api.model.Tape;
import dev.farsight.compute.jcuda.ParameterLayout.Place;
import dev.farsight.testkit.compute.RandomBatches;
import dev.farsight.testkit.compute.SmallModel;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ParameterLayoutTest {

  private static Tape tape(SmallModel model) {
    var tape = new Tape(RandomBatches.schema(5, 9, 9, 9), 16);
    return tape.finish(model.logits(tape));
  }

  @ParameterizedTest
  @EnumSource(SmallModel.class)
  void parametersHaveTheTapesOrderAndPlacesOfTheirOwn(SmallModel model) {
    Tape tape = tape(model);
    var layout = new ParameterLayout(tape.ops());
    assertThat(layout.places())
        .extracting(Place::parameter)
        .containsExactlyElementsOf(
            tape.parameters().stream()
                .map(p -> new DenseState.Parameter(p.name(), p.shape(), false))
                .toList());
    var taken = new BitSet();
    for (Place place : layout.places()) {
      boolean byProduct = place.at() < layout.products();
      int from = (int) place.at();
      int rows = byProduct ? Value.ld(place.rows()) : place.rows();
      int end = from + rows * place.ld();
      assertThat(place.rows() * place.width()).isEqualTo(place.parameter().size());
      assertThat(place.ld()).isEqualTo(Value.ld(place.width()));
      assertThat(from % 128).isZero();
      assertThat(taken.get(from, end).isEmpty()).as(place.parameter().name()).isTrue();
      assertThat((long) end)
          .isLessThanOrEqualTo(
              byProduct ? layout.products() : layout.products() + layout.columns());
      taken.set(from, end);
    }
  }

  @ParameterizedTest
  @EnumSource(SmallModel.class)
  void productsMakeTheGradientsOfMatricesAlone(SmallModel model) {
    Tape tape = tape(model);
    var layout = new ParameterLayout(tape.ops());
    for (Op op : tape.ops()) {
      boolean single = op instanceof Op.Linear && op.output().size() == 1;
      op.parameters()
          .forEach(
              parameter ->
                  assertThat(layout.place(parameter.name()).at() < layout.products())
                      .as(parameter.name())
                      .isEqualTo(!single && !parameter.name().endsWith(".bias") && !norm(op)));
    }
  }

  private static boolean norm(Op op) {
    return op instanceof Op.LayerNorm;
  }

  @Test
  void aTapeMayHaveNoParameters() {
    var tape = new Tape(RandomBatches.schema(5, 9), 16);
    tape.finish(tape.sum(tape.embeddingBag()));
    var layout = new ParameterLayout(tape.ops());
    assertThat(layout.places()).isEqualTo(List.of());
    assertThat(layout.products() + layout.columns()).isZero();
  }
}

package dev.farsight.compute.jcuda;

import static dev.farsight.api.model.Op.Activation.NONE;
import static dev.farsight.api.model.Op.Activation.RELU;
import static org.assertj.core.api.Assertions.assertThat;

import dev.farsight.api.model.Op;
import dev.farsight.api.model.Tape;
import dev.farsight.api.model.Tensor;
import dev.farsight.testkit.compute.RandomBatches;
import java.util.List;
import org.junit.jupiter.api.Test;

class TapeUseTest {

  private static final int DENSE = 6;
  private static final int TABLES = 4;
  private static final int DIM = 16;

  private final Tape tape = tape(DIM);

  private static Tape tape(int dim) {
    return new Tape(RandomBatches.schema(DENSE, 9, 9, 9, 9), dim);
  }

  private TapeUse use(Tensor logits, boolean rowsLearn) {
    return new TapeUse(tape.finish(logits), true, rowsLearn);
  }

  private TapeUse use(Tensor logits) {
    return use(logits, true);
  }

  @Test
  void onlyWhatTheLogitsDependOnIsComputed() {
    Tensor bag = tape.embeddingBag();
    Tensor crossed = tape.cross("used", bag, bag, 2);
    tape.cross("unused", bag, crossed, 2);
    tape.layerNorm("unused norm", crossed, .1f);
    Tensor machine = tape.factorizationMachine(bag);
    Tensor logits = tape.add(tape.sum(machine), tape.linear("top", crossed, 1, NONE));
    assertThat(use(logits).needed())
        .extracting(op -> (Object) op.getClass())
        .containsExactly(
            Op.EmbeddingBag.class,
            Op.Cross.class,
            Op.FactorizationMachine.class,
            Op.Sum.class,
            Op.Linear.class,
            Op.Add.class);
  }

  @Test
  void rowsAreReadByWhatTakesThemAndNeededByAllThatFollows() {
    Tensor bottom = tape.linear("bottom", tape.dense(), DIM, RELU);
    Tensor crossed = tape.pairwise(bottom, tape.embeddingBag());
    TapeUse use = use(tape.linear("top", crossed, 1, NONE));
    assertThat(use.needed().stream().filter(use::readsRows))
        .extracting(op -> (Object) op.getClass())
        .containsExactly(Op.Pairwise.class);
    assertThat(use.needed().stream().filter(use::dependsOnRows))
        .extracting(op -> (Object) op.getClass())
        .containsExactly(Op.EmbeddingBag.class, Op.Pairwise.class, Op.Linear.class);
  }

  @Test
  void gradientsGoToWhatLearnsOrHasSomethingThatDoesBeforeIt() {
    for (boolean rowsLearn : new boolean[] {true, false}) {
      Tape own = tape(DIM);
      Tensor dense = own.dense();
      Tensor dropped = own.dropout(dense, .5f);
      Tensor squared = own.multiply(dropped, dropped);
      Tensor normed = own.layerNorm("norm", squared, .1f);
      Tensor crossed = own.cross("cross", dense, squared, 0);
      Tensor bag = own.embeddingBag();
      Tensor sliced = own.slice(bag, 3, 1);
      Tensor machine = own.factorizationMachine(bag);
      Tensor all = own.concat(normed, crossed, sliced, machine);
      var use = new TapeUse(own.finish(own.sum(all)), true, rowsLearn);
      assertThat(List.of(dense, dropped, squared)).noneMatch(use::learns);
      assertThat(List.of(normed, crossed, all)).allMatch(use::learns);
      assertThat(List.of(bag, sliced, machine)).allMatch(value -> use.learns(value) == rowsLearn);
    }
  }

  @Test
  void rowsThatOnlyAnInteractionGathersAreNoValue() {
    Tensor bag = tape.embeddingBag();
    Tensor x = tape.linear("x", tape.dense(), DIM, RELU);
    assertThat(use(tape.linear("top", tape.pairwise(x, bag), 1, NONE)).pooled(bag)).isFalse();
  }

  @Test
  void rowsThatAnotherOpReadsAreAValue() {
    Tensor bag = tape.embeddingBag();
    Tensor x = tape.linear("x", tape.dense(), DIM, RELU);
    Tensor top = tape.linear("top", tape.pairwise(x, bag), 1, NONE);
    var use = use(tape.add(top, tape.sum(tape.slice(bag, 0, 1))));
    assertThat(use.pooled(bag)).isTrue();
  }

  @Test
  void anInteractionOfSlicesReadsAValue() {
    Tensor bag = tape.embeddingBag();
    Tensor x = tape.linear("x", tape.dense(), DIM - 1, RELU);
    Tensor crossed = tape.pairwise(x, tape.slice(bag, 1, DIM - 1));
    var use = use(tape.linear("top", crossed, 1, NONE));
    assertThat(use.pooled(bag)).isTrue();
    assertThat(use.gathers((Op.Pairwise) use.op(crossed.id()))).isFalse();
  }

  @Test
  void numbersThatAreAddedUpToLogitsAreFloats() {
    Tensor bag = tape.embeddingBag();
    Tensor order1 = tape.sum(tape.slice(bag, 0, 1));
    Tensor order2 = tape.sum(tape.factorizationMachine(bag));
    Tensor hidden = tape.linear("hidden", bag, 4, RELU);
    Tensor deep = tape.linear("deep", hidden, 1, NONE);
    Tensor one = tape.linear("one", bag, 1, NONE);
    Tensor again = tape.linear("again", one, 1, NONE);
    Tensor logits = tape.concat(tape.add(order1, order2, deep, again));
    var use = use(logits);
    assertThat(List.of(order1, order2, deep, again, logits)).allMatch(use::wide);
    assertThat(use.wide(hidden)).as("several numbers").isFalse();
    assertThat(use.wide(one)).as("a layer reads it").isFalse();
  }

  @Test
  void whatComesFromTheBatchIsElements() {
    var narrow = new Tape(RandomBatches.schema(1, 9), 1);
    Tensor dense = narrow.dense();
    Tensor bag = narrow.embeddingBag();
    var use = new TapeUse(narrow.finish(narrow.multiply(dense, bag)), true, true);
    assertThat(use.wide(dense)).isFalse();
    assertThat(use.wide(bag)).isFalse();
    assertThat(use.wide(use.logits())).isTrue();
  }

  @Test
  void rowsLieInTheOnlyConcatenationThatReadsThem() {
    Tensor bag = tape.embeddingBag();
    Tensor bottom = tape.linear("bottom", tape.dense(), 24, RELU);
    Tensor x0 = tape.concat(bottom, bag);
    Tensor x = tape.cross("cross", x0, x0, 2);
    var use = use(tape.linear("top", tape.concat(x, x0), 1, NONE));
    assertThat(use.part(bag).of().output()).isEqualTo(x0);
    assertThat(use.part(bag).from()).isEqualTo(24);
    assertThat(use.part(bottom)).isNull();
    assertThat(use.hasPart(use.op(x0.id()))).isTrue();
    assertThat(use.hasPart(use.op(x0.id() + 2))).as("a concatenation of other values").isFalse();
  }

  @Test
  void rowsThatAreNotAlignedInAConcatenationAreCopied() {
    Tensor bag = tape.embeddingBag();
    var use = use(tape.linear("top", tape.concat(tape.dense(), bag), 1, NONE));
    assertThat(use.part(bag)).isNull();
    assertThat(TABLES * DIM % 8).isZero();
  }

  @Test
  void rowsThatAreReadTwiceAreCopied() {
    Tensor bag = tape.embeddingBag();
    Tensor again = tape.embeddingBag();
    var use = use(tape.linear("top", tape.concat(bag, again), 1, NONE));
    assertThat(use.part(bag)).isNull();
    assertThat(use.part(again)).isNull();
  }
}

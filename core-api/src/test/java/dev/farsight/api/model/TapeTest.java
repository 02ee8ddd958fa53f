package dev.farsight.api.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import dev.farsight.api.data.BatchSchema;
import dev.farsight.api.model.Op.Activation;
import dev.farsight.api.table.Table;
import dev.farsight.api.table.TableSet;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TapeTest {

  private static Tape tape() {
    var tables = new TableSet(List.of(new Table("a", 10), new Table("b", 20)));
    return new Tape(new BatchSchema(3, tables, true, false), 4);
  }

  @Test
  void parametersAreThoseOfTheOpsInOrder() {
    Tape tape = tape();
    Tensor x = tape.layerNorm("norm", tape.concat(tape.dense(), tape.embeddingBag()), 1e-5f);
    Tensor full = tape.cross("full", x, x, 0);
    Tensor low = tape.cross("low", x, full, 2);
    tape.finish(tape.linear("top", low, 1, Activation.NONE));
    assertThat(tape.parameters())
        .extracting(Parameter::name, Parameter::shape)
        .containsExactly(
            tuple("norm.weight", List.of(11)),
            tuple("norm.bias", List.of(11)),
            tuple("full.weight", List.of(11, 11)),
            tuple("full.bias", List.of(11)),
            tuple("low.v", List.of(2, 11)),
            tuple("low.weight", List.of(11, 2)),
            tuple("low.bias", List.of(11)),
            tuple("top.weight", List.of(1, 11)),
            tuple("top.bias", List.of(1)));
  }

  private static Arguments bad(String message, Function<Tape, Object> use) {
    return Arguments.of(message, use);
  }

  static Stream<Arguments> wrongUses() {
    return Stream.of(
        bad("slice: elements 2 to 4 of vectors of width 4", t -> t.slice(t.embeddingBag(), 2, 3)),
        bad("slice: elements 0 to -1", t -> t.slice(t.embeddingBag(), 0, 0)),
        bad("add: nothing to add", t -> t.add()),
        bad("add: values of 1 x 3 and 2 x 4", t -> t.add(t.dense(), t.embeddingBag())),
        bad("multiply: values of 2 x 4", t -> t.multiply(t.embeddingBag(), t.dense())),
        bad("c: a cross layer of 3 and 8", t -> t.cross("c", t.dense(), t.embeddingBag(), 1)),
        bad("c: a cross layer of rank -1", t -> t.cross("c", t.dense(), t.dense(), -1)),
        bad("n: a layer norm with eps 0.0", t -> t.layerNorm("n", t.dense(), 0)),
        bad("dropout: a rate of 1.0", t -> t.dropout(t.dense(), 1)),
        bad("dropout: a rate of 1.0", t -> t.dropout(t.dense(), 1 - 1e-12)),
        bad("dropout: a rate of NaN", t -> t.dropout(t.dense(), Float.NaN)),
        bad("l: a layer from 3 to 0 values", t -> t.linear("l", t.dense(), 0, Activation.NONE)),
        bad("l: an input is null", t -> t.linear("l", null, 1, Activation.NONE)),
        bad("pairwise: one vector of width 4", t -> t.pairwise(t.dense(), t.embeddingBag())),
        bad("logits of 3 values per sample", t -> t.finish(t.dense())),
        bad("the model returned no logits", t -> t.finish(null)),
        bad(
            "two layers are named l",
            t -> {
              t.linear("l", t.dense(), 1, Activation.NONE);
              return t.cross("l", t.dense(), t.dense(), 0);
            }),
        bad(
            "sum: an input was not recorded on this tape",
            t -> {
              Tape other = tape();
              other.dense();
              return t.sum(other.embeddingBag());
            }));
  }

  @ParameterizedTest
  @MethodSource("wrongUses")
  void wrongUseIsOneLineThatNamesTheOp(String message, Function<Tape, Object> use) {
    assertThatThrownBy(() -> use.apply(tape()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message)
        .hasMessageNotContaining("\n");
  }
}

package dev.farsight.onnx;

import com.typesafe.config.Config;
import java.util.List;

/**
 * An op of a model's tape, as {@code model.json} has it; docs/run-directory.md has what each
 * computes.
 *
 * @param json the op's own JSON
 */
record TapeOp(Config json) {

  /** Such as {@code linear}. */
  String name() {
    return json.getString("op");
  }

  /** Number of the value that the op takes at a position. */
  int input(int position) {
    return inputs().get(position);
  }

  /** Numbers of the values that the op takes. */
  List<Integer> inputs() {
    return json.getIntList("inputs");
  }

  /** Name of the op's parameter at a position. */
  String parameter(int position) {
    return json.getStringList("parameters").get(position);
  }

  /** Vectors of a sample in the op's value. */
  int features() {
    return json.getIntList("shape").get(0);
  }

  /** Elements of a vector in the op's value. */
  int width() {
    return json.getIntList("shape").get(1);
  }

  /** Another field of the op, a whole number. */
  int integer(String field) {
    return json.getInt(field);
  }

  /** Another field of the op. */
  float number(String field) {
    return (float) json.getDouble(field);
  }

  /** Another field of the op. */
  String text(String field) {
    return json.getString(field);
  }
}

package dev.farsight.serving.http;

import dev.farsight.serving.request.BinaryValues;
import dev.farsight.serving.request.Refusal;
import dev.farsight.serving.request.Tensor;
import java.nio.ByteBuffer;

/** The binary data of inputs, which follow the JSON of a request in the order of the inputs. */
final class BinaryInputs {

  private final Body body;
  private int position;

  /**
   * @param start where binary data begin
   */
  BinaryInputs(Body body, int start) {
    this.body = body;
    this.position = start;
  }

  void read(Tensor tensor, long bytes) {
    int left = body.length() - position;
    if (bytes > left) {
      throw tensor.wrong(
          "binary_data_size is " + bytes + ", and the body has " + left + " bytes more");
    }
    BinaryValues.read(tensor, ByteBuffer.wrap(body.bytes(), position, (int) bytes));
    position += (int) bytes;
  }

  void requireEnd() {
    if (position != body.length()) {
      throw Refusal.invalid((body.length() - position) + " bytes of the body belong to no input");
    }
  }
}

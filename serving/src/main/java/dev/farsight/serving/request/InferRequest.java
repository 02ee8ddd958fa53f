package dev.farsight.serving.request;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * A request for scores, as it was sent. A carrier that is used again for later requests: {@link
 * #clear} first. One thread at a time.
 */
public final class InferRequest {

  /** Carriers that have grown larger are not kept: few requests are as large. */
  private static final int LARGEST_KEPT_VALUES = 1 << 20;

  private final List<Tensor> tensors = new ArrayList<>();
  private final Set<Output> outputs = EnumSet.noneOf(Output.class);
  private final Set<Output> binaryOutputs = EnumSet.noneOf(Output.class);
  private int inputs;
  private String id;
  private long timeoutMicros;
  private boolean binaryByDefault;

  public void clear() {
    for (int i = 0; i < inputs; i++) {
      tensors.get(i).clear();
    }
    inputs = 0;
    id = "";
    timeoutMicros = 0;
    outputs.clear();
    binaryOutputs.clear();
    binaryByDefault = false;
  }

  /** Whether the carrier is worth keeping for later requests. */
  public boolean isKept() {
    long room = 0;
    for (Tensor tensor : tensors) {
      room += tensor.room();
    }
    return room <= LARGEST_KEPT_VALUES;
  }

  /** The next input, empty. */
  public Tensor addInput() {
    if (inputs == tensors.size()) {
      tensors.add(new Tensor());
    }
    return tensors.get(inputs++);
  }

  /** How many inputs there are. */
  public int inputs() {
    return inputs;
  }

  public Tensor input(int i) {
    return tensors.get(i);
  }

  /** What the client calls the request; empty if nothing. */
  public String id() {
    return id;
  }

  public void id(String newId) {
    id = newId;
  }

  /** How long the client waits, from the arrival on; 0: for ever. */
  public long timeoutMicros() {
    return timeoutMicros;
  }

  public void timeoutMicros(long micros) {
    if (micros < 0) {
      throw Refusal.invalid("timeout: " + micros + " microseconds are less than none");
    }
    timeoutMicros = micros;
  }

  /** Shortens the time that the client waits; 0 changes nothing. */
  public void timeoutAtMost(long micros) {
    if (micros > 0 && (timeoutMicros == 0 || micros < timeoutMicros)) {
      timeoutMicros = micros;
    }
  }

  public void addOutput(Output output) {
    outputs.add(output);
  }

  /** Whether an output is to be given. */
  public boolean wants(Output output) {
    return outputs.isEmpty() ? output == Output.PROBABILITY : outputs.contains(output);
  }

  /** Outputs are given as binary data unless they say otherwise. */
  public void binaryByDefault() {
    binaryByDefault = true;
  }

  public void addBinaryOutput(Output output) {
    binaryOutputs.add(output);
  }

  public boolean binary(Output output) {
    return binaryByDefault || binaryOutputs.contains(output);
  }
}

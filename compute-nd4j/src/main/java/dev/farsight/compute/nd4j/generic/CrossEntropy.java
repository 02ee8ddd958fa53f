package dev.farsight.compute.nd4j.generic;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Log1p;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.BooleanIndexing;
import org.nd4j.linalg.indexing.conditions.Conditions;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Binary cross-entropy of logits z with labels y: max(z, 0) - z y + log1p(exp(-|z|)). */
final class CrossEntropy {

  private CrossEntropy() {}

  /** The mean; samples are added in order, in double. */
  static float loss(INDArray logits, INDArray labels) {
    INDArray positive = logits.dup();
    BooleanIndexing.replaceWhere(positive, 0, Conditions.lessThan(0));
    INDArray tail = Nd4j.exec(new Log1p(Transforms.exp(Transforms.abs(logits).negi(), false)));
    float[] losses = RowMajor.toHost(positive.subi(logits.mul(labels)).addi(tail));
    double sum = 0;
    for (float loss : losses) {
      sum += loss;
    }
    return (float) (sum / losses.length);
  }

  /** The mean's gradient by the logits. */
  static INDArray gradient(INDArray logits, INDArray labels) {
    return Transforms.sigmoid(logits, true).subi(labels).divi(labels.length());
  }
}

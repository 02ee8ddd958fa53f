package dev.farsight.testkit.compute;

import static dev.farsight.api.model.Op.Activation.NONE;
import static dev.farsight.api.model.Op.Activation.RELU;

import dev.farsight.api.model.Model;
import dev.farsight.api.model.Tape;
import dev.farsight.api.model.Tensor;

/** Small tapes that between them use every op in every place where it may stand. */
public enum SmallModel implements Model {
  LINEAR {
    @Override
    public Tensor logits(Tape tape) {
      return tape.linear("only", tape.dense(), 1, NONE);
    }
  },
  LAYERS {
    @Override
    public Tensor logits(Tape tape) {
      Tensor x = tape.linear("a", tape.dense(), 9, RELU);
      x = tape.linear("b", x, 6, NONE);
      x = tape.linear("c", x, 5, RELU);
      return tape.linear("d", x, 1, NONE);
    }
  },
  BAG_ALONE {
    @Override
    public Tensor logits(Tape tape) {
      return tape.linear("only", tape.embeddingBag(), 1, NONE);
    }
  },
  CONCAT {
    @Override
    public Tensor logits(Tape tape) {
      Tensor dense = tape.dense();
      Tensor hidden = tape.linear("hidden", dense, 3, RELU);
      Tensor all = tape.concat(hidden, tape.embeddingBag(), dense, hidden);
      return tape.linear("top", all, 1, NONE);
    }
  },
  CONCAT_ENDS {
    @Override
    public Tensor logits(Tape tape) {
      return tape.concat(tape.linear("top", tape.embeddingBag(), 1, NONE));
    }
  },
  PAIRWISE {
    @Override
    public Tensor logits(Tape tape) {
      Tensor bag = tape.embeddingBag();
      Tensor x = tape.linear("bottom", tape.dense(), bag.width(), NONE);
      return tape.linear("top", tape.pairwise(x, bag), 1, NONE);
    }
  },
  DLRM {
    @Override
    public Tensor logits(Tape tape) {
      Tensor bag = tape.embeddingBag();
      Tensor x = tape.linear("bottom.0", tape.dense(), 12, RELU);
      x = tape.linear("bottom.1", x, bag.width(), RELU);
      x = tape.linear("top.0", tape.pairwise(x, bag), 10, RELU);
      return tape.linear("top.1", x, 1, NONE);
    }
  },
  BAG_USED_TWICE {
    @Override
    public Tensor logits(Tape tape) {
      Tensor bag = tape.embeddingBag();
      Tensor x = tape.linear("x", bag, bag.width(), RELU);
      Tensor all = tape.concat(bag, tape.pairwise(x, bag), x);
      return tape.linear("top", all, 1, NONE);
    }
  },
  TWO_BAGS {
    @Override
    public Tensor logits(Tape tape) {
      Tensor first = tape.embeddingBag();
      Tensor x = tape.linear("x", tape.dense(), first.width(), RELU);
      Tensor crossed = tape.pairwise(x, first);
      return tape.linear("top", tape.concat(crossed, tape.embeddingBag()), 1, NONE);
    }
  },
  UNUSED_LAYER {
    @Override
    public Tensor logits(Tape tape) {
      Tensor bag = tape.embeddingBag();
      Tensor logits = tape.linear("used", bag, 1, NONE);
      tape.linear("unused", bag, 4, RELU);
      return logits;
    }
  },
  RELU_LOGITS {
    @Override
    public Tensor logits(Tape tape) {
      Tensor all = tape.concat(tape.dense(), tape.embeddingBag());
      return tape.linear("only", all, 1, RELU);
    }
  };
}

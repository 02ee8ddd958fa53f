package dev.farsight.spark;

import dev.farsight.reading.pieces.DataSurvey;
import dev.farsight.reading.pieces.PieceSource;
import java.io.Serializable;

/** The training part, or the evaluation part, of data, as tasks open it. */
record OpenedPart(TaskData data, DataSurvey survey, boolean evaluation) implements Serializable {

  PieceSource open() {
    return data.pieces().open(survey);
  }
}

/** A data source for Farsight: lines of JSON. */
package org.example.jsonl;

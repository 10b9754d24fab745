"""Mutants of reference designs: making them, and showing that they are not equivalent.

change                   a change of a source, as a value
expressions, statements  the changes, by kind of syntax node
mutants                  which changes of a source become mutants
bench                    stimulus of our own, reference and mutants side by side in Icarus
formal                   a bounded search for a distinguishing input by Yosys
shown                    what is known of each mutant, by bench and formal
"""

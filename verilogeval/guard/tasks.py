"""System tasks and functions: which a sample may call.

A task is harmless when it reaches nothing but the sample's own signals, the standard output and
the end of the simulation; results are told from other output by a secret, and an early end is no
pass. What is not listed here is refused: it reaches files, other processes, the testbench's random
numbers, or it is unknown.
"""

_PRINTS = ("display", "write", "strobe", "monitor", "fdisplay", "fwrite", "fstrobe", "fmonitor")
_OTHERS = """
    $monitoron $monitoroff $error $warning $info $fatal $timeformat $printtimescale $fflush $fclose
    $sformat $sformatf $psprintf $swrite $swriteb $swriteo $swriteh $sscanf
    $finish $stop $exit $time $stime $realtime
    $dumpfile $dumpvars $dumpon $dumpoff $dumpall $dumplimit $dumpflush
    $test$plusargs $value$plusargs $readmemh $readmemb
    $random $dist_uniform $dist_normal $dist_exponential $dist_poisson $dist_chi_square $dist_t
    $dist_erlang
    $clog2 $bits $signed $unsigned $size $left $right $low $high $increment $dimensions
    $unpacked_dimensions $countones $countbits $onehot $onehot0 $isunknown $typename $cast
    $isunbounded $itor $rtoi $bitstoreal $realtobits $bitstoshortreal $shortrealtobits
    $ln $log10 $exp $sqrt $pow $floor $ceil $sin $cos $tan $asin $acos $atan $atan2 $hypot $sinh
    $cosh $tanh $asinh $acosh $atanh $abs $min $max
    $past $rose $fell $stable $changed $sampled $past_gclk $rose_gclk $fell_gclk $stable_gclk
    $asserton $assertoff $assertkill $assertcontrol $assertpasson $assertpassoff $assertfailon
    $assertfailoff
    $setup $hold $setuphold $recovery $removal $recrem $skew $timeskew $fullskew $period $width
    $nochange $attribute
"""

HARMLESS = frozenset(
    [f"${name}{base}" for name in _PRINTS for base in ("", "b", "o", "h")] + _OTHERS.split()
)

#: Tasks that write to their arguments, which may be nets of the design.
WRITING = frozenset(
    [name for name in HARMLESS if name.startswith(("$swrite", "$sformat"))]
    + ["$sscanf", "$cast", "$readmemh", "$readmemb", "$value$plusargs"]
)

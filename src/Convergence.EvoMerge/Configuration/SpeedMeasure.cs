namespace Convergence.EvoMerge.Configuration;

/// <summary>How the speed and the memory of a model shape are found.</summary>
public enum SpeedMeasure
{
    /// <summary>
    /// Measured once for a model shape, alone on the machine, as a median; the figure is recorded and reused on resume. <c>measured</c>.
    /// </summary>
    Measured,

    /// <summary>From counted operations and bytes, so that runs repeat exactly on any machine. <c>analytic</c>.</summary>
    Analytic,
}

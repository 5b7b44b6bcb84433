namespace Convergence.Optimization.Calls.Recording;

/// <summary>Whose calls a cassette keeps from now on.</summary>
public enum CassetteUse
{
    /// <summary>Those of the run that wrote it last: what was paid is paid, failures among it are answers.</summary>
    SameRun,

    /// <summary>Those of the run that wrote it last; calls that failed for a reason which may be gone by now are made again.</summary>
    AfterOutage,

    /// <summary>Those of another run: it takes the answers, makes failed calls again and has paid nothing yet.</summary>
    NewRun,
}

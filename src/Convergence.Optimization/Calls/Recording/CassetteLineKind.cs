namespace Convergence.Optimization.Calls.Recording;

/// <summary>What a line of a cassette tells.</summary>
internal enum CassetteLineKind
{
    /// <summary>Lines from here on are those of another run.</summary>
    NewRun,

    /// <summary>A call is about to be sent, for the first time or again.</summary>
    Sent,

    /// <summary>A call has ended, with an answer or without.</summary>
    Ended,
}

namespace Convergence.Cli.Hosting;

/// <summary>What the process tells its caller; a part of the public contract.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>A bug: the run's log has the stack trace.</summary>
    public const int UnexpectedError = 1;

    /// <summary>Something a person can mend: a bad option, setting or file.</summary>
    public const int BadInput = 2;

    /// <summary><c>evolve</c>, <c>optimize</c>: the search ended without one candidate that could be scored.</summary>
    public const int NoValidCandidate = 3;

    /// <summary><c>reproduce</c>: the same parents gave other bytes.</summary>
    public const int NotReproduced = 4;

    /// <summary><c>doctor</c>: something blocks a merge of the models.</summary>
    public const int NotMergeable = 5;

    /// <summary><c>diff</c>: not every tensor could be compared.</summary>
    public const int NotComparable = 6;

    /// <summary><c>optimize</c>: calls that failed cut the run short; the same command goes on with it.</summary>
    public const int CutShort = 7;

    /// <summary>Ctrl-C or SIGTERM: 128 + 2, as shells have it.</summary>
    public const int Cancelled = 130;
}

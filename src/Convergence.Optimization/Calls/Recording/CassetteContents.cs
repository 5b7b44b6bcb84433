using System.Globalization;
using Convergence.Optimization.Calls.Spending;

namespace Convergence.Optimization.Calls.Recording;

/// <summary>What a cassette holds when it is opened.</summary>
internal sealed class CassetteContents
{
    private readonly Dictionary<long, Spend> _underWay = [];
    private readonly HashSet<string> _passing = new(StringComparer.Ordinal);
    private Spend _ended;

    private CassetteContents()
    {
    }

    /// <summary>Where answers lie, by the digests of their requests.</summary>
    public Dictionary<string, CassettePlace> Places { get; } = new(StringComparer.Ordinal);

    /// <summary>Where its last whole line ends.</summary>
    public long End { get; private set; }

    /// <summary>The number of the next call.</summary>
    public long NextCall { get; private set; }

    /// <summary>What the run paid at most for calls that were under way when a process of it died.</summary>
    public Spend Unanswered => _underWay.Values.Aggregate(default(Spend), (sum, most) => sum + most);

    /// <summary>What the run paid for all its calls, for unanswered ones at most.</summary>
    public Spend Paid => _ended + Unanswered;

    /// <exception cref="CassetteException">A line before the last is damaged.</exception>
    public static CassetteContents Read(FileStream file, string path, CassetteUse use)
    {
        var contents = new CassetteContents();
        var reader = new LineReader(file);
        for (var number = 1; reader.Read() is { } text; number++)
        {
            if (!reader.IsEnded)
            {
                break; // The last line, cut short.
            }

            if (!CassetteLine.TryRead(text.Span, out var line))
            {
                throw new CassetteException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{path}:{number}: is not a line of a cassette. Restore the file, or remove it to pay for all calls again."));
            }

            contents.Add(line, new CassettePlace(contents.End, text.Length));
            contents.End += text.Length + 1;
        }

        switch (use)
        {
            case CassetteUse.NewRun:
                contents.BeginRun();
                break;
            case CassetteUse.AfterOutage:
                contents.ForgetFailures();
                break;
        }

        return contents;
    }

    private void Add(CassetteLine line, CassettePlace place)
    {
        NextCall = Math.Max(NextCall, line.Call + 1);
        switch (line.Kind)
        {
            case CassetteLineKind.NewRun:
                BeginRun();
                break;
            case CassetteLineKind.Sent:
                _underWay[line.Call] = _underWay.GetValueOrDefault(line.Call) + line.Spend;
                break;
            default:
                _underWay.Remove(line.Call);
                _ended += line.Spend;
                if (line.Answer is { } answer)
                {
                    Keep(line.Request!, answer, place);
                }

                break;
        }
    }

    private void Keep(string request, ApiAnswer answer, CassettePlace place)
    {
        Places[request] = place;
        if (answer.Failure?.Kind is null or CallFailureKind.Rejected)
        {
            _passing.Remove(request);
        }
        else
        {
            _passing.Add(request);
        }
    }

    // Nothing is paid yet.
    private void BeginRun()
    {
        _underWay.Clear();
        _ended = default;
        ForgetFailures();
    }

    // What failed for a reason that may be gone is called again.
    private void ForgetFailures()
    {
        foreach (var request in _passing)
        {
            Places.Remove(request);
        }

        _passing.Clear();
    }
}

namespace Convergence.EvoMerge.Runs;

/// <summary>The time that a run has taken, resumed parts included, and the pace of this process.</summary>
internal sealed class RunClock
{
    private readonly TimeProvider _time;
    private readonly double _earlierSeconds;
    private readonly int _earlierEvaluations;
    private readonly long _start;
    private readonly List<Lap> _laps = [];

    /// <param name="time">The clock.</param>
    /// <param name="earlierSeconds">Time that the run took before it was resumed.</param>
    /// <param name="earlierEvaluations">Evaluations that it made before.</param>
    public RunClock(TimeProvider time, double earlierSeconds, int earlierEvaluations)
    {
        _time = time;
        _earlierSeconds = earlierSeconds;
        _earlierEvaluations = earlierEvaluations;
        _start = time.GetTimestamp();
    }

    public TimeSpan Elapsed => TimeSpan.FromSeconds(_earlierSeconds) + _time.GetElapsedTime(_start);

    /// <summary>The mean time of a generation of this process; <see langword="null"/> before the first has ended.</summary>
    public TimeSpan? MeanLap => _laps.Count == 0 ? null : (_laps[^1].End - _laps[0].Start) / _laps.Count;

    /// <summary>Starts the clock of a generation.</summary>
    public Lap StartLap()
    {
        var lap = new Lap(this);
        _laps.Add(lap);
        return lap;
    }

    /// <summary>Evaluations a second since the first generation of this process began; 0 before it.</summary>
    public double EvaluationsPerSecond(int evaluationCount)
    {
        var seconds = _laps.Count == 0 ? 0 : (_laps[^1].End - _laps[0].Start).TotalSeconds;
        return seconds > 0 ? (evaluationCount - _earlierEvaluations) / seconds : 0;
    }

    /// <summary>The time of one generation.</summary>
    internal sealed class Lap(RunClock clock)
    {
        private TimeSpan? _end;

        public TimeSpan Start { get; } = clock.Elapsed;

        /// <summary>When the generation ended: at the first look.</summary>
        public TimeSpan End => _end ??= clock.Elapsed;

        public TimeSpan Elapsed => End - Start;
    }
}

# frozen_string_literal: true

# Prints what a decision costs Ruby's Flipper with its memory adapter: case, threads, nanoseconds.
# The flags are those of src/cases.rs; each time is the best of several rounds, as there.

require 'flipper'
require 'flipper/adapters/memory'

quick = ENV.key?('SIGNALBOX_BENCH_QUICK')
ROUNDS = quick ? 2 : 20
DECISIONS = quick ? 500 : 5_000

flipper = Flipper.new(Flipper::Adapters::Memory.new)
flipper['bench_boolean'].enable
1_000.times { |id| flipper['bench_actors'].enable_actor(Flipper::Actor.new("Project:#{1_000 + 2 * id}")) }
flipper['bench_percentage'].enable_percentage_of_actors(25)

cases = { 'boolean' => 'bench_boolean', '1,000 actors' => 'bench_actors',
          '25 % of actors' => 'bench_percentage', 'unknown' => 'bench_unknown' }
actors = Array.new(1024) { |at| Flipper::Actor.new("Project:#{1_000 + at * 1_103 % 2_048}") }

def clock
  Process.clock_gettime(Process::CLOCK_MONOTONIC, :nanosecond)
end

def round(flipper, flag, actors, threads)
  started = clock
  Array.new(threads) do
    Thread.new { DECISIONS.times { |at| flipper[flag].enabled?(actors[at % 1024]) } }
  end.each(&:join)
  (clock - started).fdiv(DECISIONS)
end

cases.each do |name, flag|
  # With a thousand actors Flipper copies the set each time; fewer rounds tell as much.
  [1, 2].each do |threads|
    rounds = name == '1,000 actors' ? [ROUNDS / 4, 1].max : ROUNDS
    puts [name, threads, Array.new(rounds) { round(flipper, flag, actors, threads) }.min].join("\t")
  end
end

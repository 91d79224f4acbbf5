// The wall clock of this program, as people and NTP set it. All other clocks stay as they are.
#ifndef WALL_CLOCK_H
#define WALL_CLOCK_H

// Sets it so many seconds ahead of the machine's, or back. Where a program cannot take the place of a function of the system,
// this changes nothing.
void setWallClock(long seconds);

#endif
